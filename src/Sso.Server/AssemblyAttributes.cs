using System.Runtime.CompilerServices;
using Microsoft.Extensions.Localization;

// The assembly is called sso; texts are found by the namespace of their page.
[assembly: RootNamespace("Sso.Server")]
[assembly: InternalsVisibleTo("Sso.Server.Tests")]
