using System.Net;
using System.Net.Http.Headers;

namespace Sso.Server.Outgoing;

/// <summary>What is read of an answer whose body is of no interest.</summary>
/// <param name="Status">Any: no redirect is followed.</param>
/// <param name="RetryAfter">When the other side wants to be asked again (RFC 9110 §10.2.3).</param>
internal sealed record OutgoingAnswer(HttpStatusCode Status, RetryConditionHeaderValue? RetryAfter);
