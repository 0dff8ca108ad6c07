# It talks to mail hosts: all layers but those of messages.
TOOLS += mstls-probe
LAYERS_mstls-probe := base sys crypto dns net tls probe run mtasts
