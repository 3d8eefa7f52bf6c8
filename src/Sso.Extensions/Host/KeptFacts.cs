namespace Sso.Extensions.Host;

/// <summary>What a handler found out that later ones of the same request need: one of each type.</summary>
public static class KeptFacts
{
    extension(OpenIddictServerTransaction transaction)
    {
        /// <summary>Null if nothing was kept.</summary>
        public T? Kept<T>()
            where T : class => transaction.GetProperty<T>(typeof(T).FullName!);

        public void Keep<T>(T? fact)
            where T : class => transaction.SetProperty(typeof(T).FullName!, fact);
    }
}
