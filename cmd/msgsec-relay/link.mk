# HTTPS by evhttp over bufferevent_openssl; bundles are checked as
# ratchet-chat does.
LIBEXEC += msgsec-relay
LAYERS_msgsec-relay := base sys crypto run ratchet relay
LIBS_msgsec-relay := -levent_openssl -levent -lssl -lcrypto
