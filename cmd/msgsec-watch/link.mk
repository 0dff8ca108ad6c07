# What cron runs behind a pipeline: records and a file, nothing else.
TOOLS += msgsec-watch
LAYERS_msgsec-watch := base sys crypto dns run
