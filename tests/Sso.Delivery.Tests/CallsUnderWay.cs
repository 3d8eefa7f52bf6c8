using System.Net;

namespace Sso.Delivery.Tests;

/// <summary>
/// The calls to providers that began and are not over, their bodies read: real time, in which no clock may be moved, because five seconds
/// of it would be a silence of the provider.
/// </summary>
internal sealed class CallsUnderWay
{
    private int _count;
    private int _answered;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How many had their status and headers.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public DelegatingHandler Watch() => new Watching(this);

    private sealed class Watching(CallsUnderWay calls) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref calls._count);
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                response.Content = new Watched(response.Content, () => Interlocked.Decrement(ref calls._count));
                Interlocked.Increment(ref calls._answered);
                return response;
            }
            catch
            {
                Interlocked.Decrement(ref calls._count);
                throw;
            }
        }
    }

    private sealed class Watched : HttpContent
    {
        private readonly HttpContent _content;
        private Action? _over;

        public Watched(HttpContent content, Action over)
        {
            (_content, _over) = (content, over);
            foreach (var (name, values) in content.Headers)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => _content.CopyToAsync(stream, context);

        protected override Task<Stream> CreateContentReadStreamAsync() => _content.ReadAsStreamAsync();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            _content.Dispose();
            Interlocked.Exchange(ref _over, null)?.Invoke();
            base.Dispose(disposing);
        }
    }
}
