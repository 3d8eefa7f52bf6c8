using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Sso.Data;

/// <summary>
/// A query that requests from programs run all the time, compiled once for each model. EF Core would otherwise extract its parameters and
/// look up its expression tree each time, which costs more than the database needs to answer. Every other query stays an ordinary one.
/// </summary>
/// <param name="compile">A call of <c>EF.CompileAsyncQuery</c>: what it returns is bound to the first model it meets.</param>
public sealed class HotQuery<TQuery>(Func<TQuery> compile)
    where TQuery : Delegate
{
    private readonly ConditionalWeakTable<IModel, TQuery> _compiled = [];

    public TQuery On(SsoDbContext database) => _compiled.GetValue(database.Model, _ => compile());
}
