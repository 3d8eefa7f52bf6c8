using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sso.Server.Tests")]
