"""How the sites of a platform are: as AWS holds them, and as they were used in the last day."""
