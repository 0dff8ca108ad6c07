# libcrypto alone, since start-up is most of what a small message costs.
TOOLS += pgp-lite
LAYERS_pgp-lite := base sys crypto dns mail run pgp
