# "dkim-sign check" runs this, so that dkim-sign need not link a resolver.
LIBEXEC += dkim-check
LAYERS_dkim-check := base sys crypto dns mail tag run auth
