LIBEXEC += msgsec-dns
LAYERS_msgsec-dns := base sys dns
LIBS_msgsec-dns := -lunbound -levent

# Its test talks to the executable.
$(B)/unit/dns_remote_test: | $(B)/libexec/msgsec-dns
