"""What an installation keeps on its disk beside the database: its key, the audit trail, mirrors of repositories."""
