namespace Sso.Server.Pages.Shared;

/// <summary>The countries of phone numbers by their codes. The framework would name them in the language of whoever asked first.</summary>
internal sealed class CountryNames;
