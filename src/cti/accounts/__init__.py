"""Who may use the pages: accounts and their passwords, sessions, and the audit trail of who saw and did what."""
