using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Sso.Data;
using Sso.Data.Keys;
using Sso.Data.Secrets;

namespace Sso.Server.Keys;

/// <summary>ASP.NET Core Data Protection (antiforgery) with its keys as rows, their secret parts encrypted under a data key.</summary>
internal static class DataProtectionKeys
{
    private const string Context = "DataProtectionKeys.Xml";

    public static IServiceCollection AddDataProtectionKeys(this IServiceCollection services)
    {
        // Fixed, so that every node and every later version reads the same keys.
        services.AddDataProtection().SetApplicationName("sso");
        return services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(
            provider => new ConfigureOptions<KeyManagementOptions>(options =>
            {
                options.XmlRepository = new Repository(
                    provider.GetRequiredService<IDbContextFactory<SsoDbContext>>(), provider.GetRequiredService<TimeProvider>());
                options.XmlEncryptor = new Encryptor(provider.GetRequiredService<Sealer>());
            }));
    }

    private sealed class Repository(IDbContextFactory<SsoDbContext> contexts, TimeProvider clock) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements()
        {
            using var database = contexts.CreateDbContext();
            return
            [
                .. database.DataProtectionKeys.AsNoTracking().OrderBy(key => key.Id)
                    .Select(key => key.Xml).AsEnumerable().Select(xml => XElement.Parse(xml)),
            ];
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            using var database = contexts.CreateDbContext();
            database.DataProtectionKeys.Add(new DataProtectionKeyRow
            {
                Id = Guid.CreateVersion7(clock.GetUtcNow()),
                Name = friendlyName,
                Xml = element.ToString(SaveOptions.DisableFormatting),
            });
            database.SaveChanges();
        }
    }

    private sealed class Encryptor(Sealer sealer) : IXmlEncryptor
    {
        public EncryptedXmlInfo Encrypt(XElement plaintextElement)
        {
            var envelope = sealer.Protect(Context, plaintextElement.ToString(SaveOptions.DisableFormatting));
            return new(new XElement("sealed", Convert.ToBase64String(envelope)), typeof(DataProtectionKeyDecryptor));
        }
    }

    internal static XElement Decrypt(Sealer sealer, XElement element) =>
        XElement.Parse(sealer.UnprotectText(Context, Convert.FromBase64String(element.Value)));
}

/// <summary>Named in the stored XML, and created by Data Protection from that name.</summary>
internal sealed class DataProtectionKeyDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        DataProtectionKeys.Decrypt(services.GetRequiredService<Sealer>(), encryptedElement);
}
