using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Sso.Data;

/// <summary>
/// A query that requests of programs ask all the time, compiled once for each model. EF Core would otherwise take its parameters out and look
/// its expression tree up each time, which costs more than the database needs to answer. Every other query stays an ordinary one.
/// </summary>
/// <param name="compile">A call of <c>EF.CompileAsyncQuery</c>: what it returns is bound to the first model that it meets.</param>
public sealed class HotQuery<TQuery>(Func<TQuery> compile)
    where TQuery : Delegate
{
    private readonly ConditionalWeakTable<IModel, TQuery> _compiled = [];

    public TQuery On(SsoDbContext database) => _compiled.GetValue(database.Model, _ => compile());
}
