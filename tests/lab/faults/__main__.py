import sys
open(sys.argv[sys.argv.index('--ready')+1],'w')
