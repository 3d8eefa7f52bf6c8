using System.Runtime.CompilerServices;
using Microsoft.Extensions.Localization;

// The assembly is called sso; texts are found by the namespace of their page.
[assembly: RootNamespace("Sso.Server")]
[assembly: InternalsVisibleTo("Sso.Benchmarks")]
[assembly: InternalsVisibleTo("Sso.Browser.Tests")]
[assembly: InternalsVisibleTo("Sso.Interop.Tests")]
[assembly: InternalsVisibleTo("Sso.Server.Tests")]
[assembly: InternalsVisibleTo("Sso.Testing")]
