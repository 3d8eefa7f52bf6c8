-- The account with which the server runs: it reads and writes rows and cannot change the schema. Run as the owner of the database, in the database of Sso, after
-- the first `sso db migrate` and again after each one (a new table needs its grants). `sso db migrate` itself runs as the owner.
-- The user exists: CREATE LOGIN sso_runtime WITH PASSWORD = '…'; CREATE USER sso_runtime FOR LOGIN sso_runtime;
GRANT SELECT, INSERT, UPDATE, DELETE ON SCHEMA::dbo TO sso_runtime;
DENY INSERT, UPDATE, DELETE ON dbo.[__EFMigrationsHistory] TO sso_runtime;
-- What a security event tells cannot be changed by the server either: it seals events, and erases addresses and deletes events whose time is over. A DENY of the
-- table would win over any GRANT of a column, so the columns that stay are denied one by one: that is every column but Sequence, Hash, Address, AddressHash and
-- AddressProof.
DENY UPDATE ON dbo.[SecurityEvents] ([Id], [At], [Kind], [PersonId], [SessionId], [ClientId], [Detail], [Method], [Methods], [Browser],
    [BrowserSystem], [Reason], [Changes], [Actor], [Node], [RequestId]) TO sso_runtime;
