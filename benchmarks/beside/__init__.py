"""What one would use in place of the plugin, as scripts that are run as such."""
