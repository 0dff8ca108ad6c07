# Signing needs libcrypto and IDNA alone: start-up is most of what a filter costs.
TOOLS += dkim-sign
LAYERS_dkim-sign := base sys crypto dns mail tag run auth
