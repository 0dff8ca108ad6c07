# No DNS, no TLS: a filter that keeps its state in one file.
TOOLS += ratchet-chat
LAYERS_ratchet-chat := base sys crypto run ratchet
LIBS_ratchet-chat := -lqrencode
