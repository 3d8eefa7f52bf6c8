using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sso.Data.Tests")]
