-- The account with which the server runs: it reads and writes rows and cannot change the schema. Run as the owner of the tables, in the database of Sso,
-- after the first `sso db migrate` and after `sso restore`. Both of these run as the owner themselves. To run it again does no harm.
-- The role exists: CREATE ROLE sso_runtime LOGIN PASSWORD '…';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO sso_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO sso_runtime;
-- The tables that a later `sso db migrate` of this owner makes.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO sso_runtime;
REVOKE INSERT, UPDATE, DELETE ON "__EFMigrationsHistory" FROM sso_runtime;
-- What a security event tells cannot be changed by the server either: it seals events, and erases addresses and deletes events whose time is over.
REVOKE UPDATE ON "SecurityEvents" FROM sso_runtime;
GRANT UPDATE ("Sequence", "Hash", "Address", "AddressHash", "AddressProof") ON "SecurityEvents" TO sso_runtime;
