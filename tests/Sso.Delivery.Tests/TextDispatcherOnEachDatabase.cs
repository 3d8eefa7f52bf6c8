namespace Sso.Delivery.Tests;

public sealed class TextDispatcherOnSqlite() : TextDispatcherTests("Sqlite");

public sealed class TextDispatcherOnPostgreSql() : TextDispatcherTests("PostgreSql");

public sealed class TextDispatcherOnSqlServer() : TextDispatcherTests("SqlServer");
