namespace Sso.Delivery.Tests.Spending;

public sealed class SendLimitsOnSqlite() : SendLimitsTests("Sqlite");

public sealed class SendLimitsOnPostgreSql() : SendLimitsTests("PostgreSql");

public sealed class SendLimitsOnSqlServer() : SendLimitsTests("SqlServer");
