# Links libcurl, so that the tools that ask it need not.
LIBEXEC += msgsec-web
LAYERS_msgsec-web := base sys crypto dns net
