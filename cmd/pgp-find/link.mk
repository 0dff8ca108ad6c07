# pgp-lite runs this for addresses on its command line, so that it neither
# links libcurl nor has a network itself.
LIBEXEC += pgp-find
LAYERS_pgp-find := base sys crypto dns net mail run pgp
