"""Looking: each module at one thing. None of them judges what it sees."""
