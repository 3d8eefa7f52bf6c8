using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sso.Accounts.Tests")]
[assembly: InternalsVisibleTo("Sso.Server.Tests")]
