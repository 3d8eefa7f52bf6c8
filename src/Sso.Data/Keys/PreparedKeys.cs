namespace Sso.Data.Keys;

/// <summary>
/// Signing keys that are made before the transaction that inserts them, because one takes up to seconds to make. Which ones are needed is
/// only known inside: a transaction that finds one missing gives up, and begins again once it was made.
/// </summary>
public sealed class PreparedKeys(SigningKeyFactory factory)
{
    private readonly Dictionary<string, SigningKeyRow> _ready = [];
    private readonly HashSet<string> _lacking = [];

    /// <summary>True after a <see cref="Take"/> that found none.</summary>
    public bool Lacks => _lacking.Count > 0;

    /// <summary>To be called outside a transaction.</summary>
    public void MakeLacking(DateTimeOffset now)
    {
        foreach (var algorithm in _lacking)
        {
            _ready.TryAdd(algorithm, factory.Create(algorithm, now, now));
        }

        _lacking.Clear();
    }

    /// <summary>Null if there is none yet; then nothing may be committed.</summary>
    public SigningKeyRow? Take(string algorithm, DateTimeOffset activeFrom)
    {
        if (_ready.GetValueOrDefault(algorithm) is not { } key)
        {
            _lacking.Add(algorithm);
            return null;
        }

        key.SignFrom(activeFrom);
        return key;
    }
}
