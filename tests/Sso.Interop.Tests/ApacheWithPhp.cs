namespace Sso.Interop.Tests;

/// <summary>Apache with mod_auth_openidc and PHP, of Debian's packages, with a configuration of its own instead of the system's.</summary>
internal static class ApacheWithPhp
{
    private const string Modules = "/usr/lib/apache2/modules";

    private const UnixFileMode EverybodyReads = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static string? Php =>
        Directory.Exists(Modules) ? Directory.GetFiles(Modules, "libphp*.so").Order(StringComparer.Ordinal).LastOrDefault() : null;

    public static bool IsInstalled => Php is not null && File.Exists($"{Modules}/mod_auth_openidc.so");

    /// <summary>Writes a site of one page and returns the arguments of Apache.</summary>
    /// <param name="folder">An empty one.</param>
    /// <param name="snippet">What Sso prints for Apache.</param>
    /// <param name="page">In PHP.</param>
    public static async Task<string[]> ConfigureAsync(string folder, string snippet, string page)
    {
        // Where root starts it, another account serves the page.
        Directory.CreateDirectory(Path.Combine(folder, "site"));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, EverybodyReads);
            File.SetUnixFileMode(Path.Combine(folder, "site"), EverybodyReads);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "site", "index.php"), page);
        await File.WriteAllTextAsync(Path.Combine(folder, "sso.conf"), snippet);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "apache2.conf"),
            $$"""
            ServerName localhost:${PORT}
            Listen 127.0.0.1:${PORT}
            User www-data
            Group www-data
            PidFile {{folder}}/pid
            ErrorLog "|/bin/cat"
            # One process serves one connection after the other.
            KeepAlive Off
            LoadModule mpm_prefork_module {{Modules}}/mod_mpm_prefork.so
            LoadModule authn_core_module {{Modules}}/mod_authn_core.so
            LoadModule authz_core_module {{Modules}}/mod_authz_core.so
            LoadModule authz_user_module {{Modules}}/mod_authz_user.so
            LoadModule dir_module {{Modules}}/mod_dir.so
            LoadModule auth_openidc_module {{Modules}}/mod_auth_openidc.so
            LoadModule php_module {{Php}}
            DocumentRoot {{folder}}/site
            DirectoryIndex index.php
            <FilesMatch "\.php$">
                SetHandler application/x-httpd-php
            </FilesMatch>
            Include {{folder}}/sso.conf
            """);
        return ["-X", "-f", Path.Combine(folder, "apache2.conf")];
    }
}
