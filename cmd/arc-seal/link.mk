# A filter like dkim-sign, with a resolver: the chain is validated first.
TOOLS += arc-seal
LAYERS_arc-seal := base sys crypto dns mail tag run auth
