"""The settings of a command: its flags, the environment and a config file."""
