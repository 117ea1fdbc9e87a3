"""The database: connections and transactions, the schema, and the PostgreSQL that comes along."""
