using System.Buffers;
using System.Text.Json;
using Plumb.Manifests.Documents;

namespace Plumb.Kubernetes.Client;

/// <summary>Takes one item of a list: its JSON, valid during the call.</summary>
internal delegate void ListItem(ReadOnlySpan<byte> text);

/// <summary>
/// Reads a list as it arrives and hands on one item after the other. What is held of the text is the item at hand, whatever the size of
/// the list.
/// </summary>
internal sealed class ListReader(Stream stream, long maxBytes, ListItem each)
{
    private const int FirstBuffer = 64 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = Json.MaxDepth };

    private byte[] _buffer = [];
    private int _held;
    private JsonReaderState _state = new(Options);
    private bool _begun;
    private bool _inItems;

    /// <summary>The list's own metadata: <c>resourceVersion</c> and <c>continue</c>; absent when it had none.</summary>
    public Node Metadata { get; private set; }

    /// <summary>Reads to the end.</summary>
    /// <exception cref="JsonException">Not JSON, no list, or cut off.</exception>
    /// <exception cref="KubeApiException">Larger than allowed.</exception>
    public async Task ReadAsync(CancellationToken ct)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            long total = 0;
            while (true)
            {
                var read = await stream.ReadAsync(_buffer.AsMemory(_held), ct);
                if ((total += read) > maxBytes) throw new KubeApiException(413, "TooLarge", $"the list is larger than {maxBytes} bytes");
                _held += read;
                Take(isEnd: read == 0);
                if (read == 0) return;
                if (_held == _buffer.Length) Grow();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _held).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>Takes what is whole in the buffer; what is not waits for more.</summary>
    private void Take(bool isEnd)
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(0, _held), isEnd, _state);
        while (true)
        {
            var before = reader;
            if (TakeOne(ref reader)) continue;
            reader = before;
            break;
        }

        var consumed = (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        if (isEnd && (!_begun || reader.CurrentDepth > 0 || reader.TokenType != JsonTokenType.EndObject))
            throw new JsonException("The list is cut off.");
        _buffer.AsSpan(consumed, _held - consumed).CopyTo(_buffer);
        _held -= consumed;
    }

    /// <summary>False when the next thing is not whole yet, or there is none.</summary>
    private bool TakeOne(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return false;
        if (!_begun)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A list was expected.");
            return _begun = true;
        }

        if (_inItems) return TakeItem(ref reader);
        if (reader.TokenType != JsonTokenType.PropertyName) return reader.TokenType == JsonTokenType.EndObject;
        if (reader.ValueTextEquals("items"u8))
        {
            if (!reader.Read()) return false;
            _inItems = reader.TokenType == JsonTokenType.StartArray; // null: none
            return true;
        }

        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read()) return false;
        var start = (int)reader.TokenStartIndex;
        if (!reader.TrySkip()) return false;
        if (isMetadata) Metadata = Json.Parse(_buffer.AsSpan(start, (int)reader.BytesConsumed - start));
        return true;
    }

    private bool TakeItem(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _inItems = false;
            return true;
        }

        var start = (int)reader.TokenStartIndex;
        if (!reader.TrySkip()) return false;
        each(_buffer.AsSpan(start, (int)reader.BytesConsumed - start));
        return true;
    }
}
