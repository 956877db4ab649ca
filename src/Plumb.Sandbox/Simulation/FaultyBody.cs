using Microsoft.AspNetCore.Http;

namespace Plumb.Sandbox.Simulation;

/// <summary>A response body that trickles, or ends in the middle of its first write as a broken connection does.</summary>
internal sealed class FaultyBody(HttpContext context, Stream inner, SandboxFault fault, TimeProvider time) : Stream
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return;
        if (fault.HalfBody)
        {
            await inner.WriteAsync(buffer[..(buffer.Length / 2)], cancellationToken).ConfigureAwait(false);
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
            context.Abort();
            throw new OperationCanceledException("the simulation cut the body");
        }

        var piece = Math.Max(1, (int)((fault.BytesPerSecond ?? int.MaxValue) * Beat.TotalSeconds));
        for (var at = 0; at < buffer.Length; at += piece)
        {
            if (at > 0) await Task.Delay(Beat, time, cancellationToken).ConfigureAwait(false);
            await inner.WriteAsync(buffer.Slice(at, Math.Min(piece, buffer.Length - at)), cancellationToken).ConfigureAwait(false);
            await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
