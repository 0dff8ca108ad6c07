# No DNS, no TLS: a filter that keeps its state in one file. Of net it takes
# what talks to msgsec-web, nothing that links libcurl.
TOOLS += ratchet-chat
LAYERS_ratchet-chat := base sys crypto net run ratchet relay
LIBS_ratchet-chat := -lqrencode
