using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sso.Delivery.Tests")]
