using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Plumb.Git.Transport;

namespace Plumb.Git.Objects;

/// <summary>
/// One <c>git cat-file --batch</c>: asked by name, answers with the object. Not for concurrent use; after an exception it is
/// of no use any more. Content is checked against its id, so a garbled mirror cannot give a wrong file.
/// </summary>
internal sealed class ObjectReader : IDisposable
{
    private readonly Process _process;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly Timer _watchdog;
    private readonly TimeSpan _timeout;
    private readonly StringBuilder _errors = new();
    private int _start;
    private int _end;
    private volatile bool _timedOut;

    public ObjectReader(GitProgram git, string gitDir, TimeSpan timeout)
    {
        _timeout = timeout;
        _process = git.Start(new GitCommand
        {
            Purpose = "reading objects",
            Arguments = ["--git-dir=" + gitDir, "cat-file", "--batch"],
            Timeout = timeout,
        }, redirectInput: true);
        _input = _process.StandardInput.BaseStream;
        _output = _process.StandardOutput.BaseStream;
        _process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
            {
                if (e.Data is { } line && _errors.Length < 4000) _errors.Append(line).Append(' ');
            }
        };
        _process.BeginErrorReadLine();
        // A timer of the real clock: it guards a real process.
        _watchdog = new Timer(_ => { _timedOut = true; GitProgram.Kill(_process); }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>An object by id or by any name git understands (<c>abc1234^{commit}</c>); null when there is none.</summary>
    /// <exception cref="ObjectTooLargeException">Over <paramref name="maxBytes"/>; the reader must be thrown away.</exception>
    /// <exception cref="AmbiguousNameException">A short id that several objects have; the reader stays usable.</exception>
    /// <exception cref="DamagedMirrorException">The reader failed or the content is garbled.</exception>
    public GitObject? Read(string name, long maxBytes)
    {
        _watchdog.Change(_timeout, Timeout.InfiniteTimeSpan);
        try
        {
            _input.Write(Encoding.ASCII.GetBytes(name + "\n"));
            _input.Flush();
            return ReadAnswer(name, maxBytes);
        }
        catch (IOException e)
        {
            throw Failure(e);
        }
        catch (ObjectDisposedException e)
        {
            throw Failure(e);
        }
        finally
        {
            _watchdog.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        try
        {
            _input.Dispose(); // the end of its input ends cat-file
        }
        catch (IOException)
        {
            // It was gone already.
        }
        GitProgram.Kill(_process);
        _process.Dispose();
    }

    private GitObject? ReadAnswer(string name, long maxBytes)
    {
        var header = ReadLine();
        if (header.EndsWith(" missing", StringComparison.Ordinal)) return null;
        if (header.EndsWith(" ambiguous", StringComparison.Ordinal)) throw new AmbiguousNameException(name);
        var parts = header.Split(' ');
        if (parts.Length != 3 || !Utf8Parser.TryParse(Encoding.ASCII.GetBytes(parts[2]), out long size, out _))
            throw new DamagedMirrorException($"git answered \"{header}\"");
        if (size > maxBytes) throw new ObjectTooLargeException(parts[0], size);
        var content = GC.AllocateUninitializedArray<byte>((int)size);
        ReadExactly(content);
        Span<byte> newline = stackalloc byte[1];
        ReadExactly(newline);
        Verify(parts[0], parts[1], content);
        return new GitObject(parts[0], parts[1], content);
    }

    private static void Verify(string id, string kind, byte[] content)
    {
        Span<byte> hash = stackalloc byte[32];
        using var hasher = IncrementalHash.CreateHash(id.Length == 64 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        hasher.AppendData(Encoding.ASCII.GetBytes($"{kind} {content.Length}\0"));
        hasher.AppendData(content);
        var n = hasher.GetHashAndReset(hash);
        if (!id.Equals(Convert.ToHexStringLower(hash[..n]), StringComparison.Ordinal))
            throw new DamagedMirrorException($"object {id} does not hold what its id says");
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end) Fill();
            var at = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var take = at < 0 ? _end - _start : at;
            line.Append(Encoding.UTF8.GetString(_buffer, _start, take));
            _start += take;
            if (at < 0) continue;
            _start++;
            return line.ToString();
        }
    }

    private void ReadExactly(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (_start == _end)
            {
                if (target.Length >= _buffer.Length)
                {
                    var n = _output.Read(target);
                    if (n == 0) throw Failure(null);
                    target = target[n..];
                    continue;
                }
                Fill();
            }
            var take = Math.Min(target.Length, _end - _start);
            _buffer.AsSpan(_start, take).CopyTo(target);
            _start += take;
            target = target[take..];
        }
    }

    private void Fill()
    {
        _start = 0;
        _end = _output.Read(_buffer);
        if (_end <= 0) throw Failure(null);
    }

    private Exception Failure(Exception? inner)
    {
        if (_timedOut) return new ReadTimeoutException(_timeout);
        // The reason is on standard error, which another thread reads: give it its chance.
        _process.WaitForExit(1000);
        lock (_errors)
        {
            return new DamagedMirrorException(_errors.Length > 0 ? _errors.ToString().Trim() : "the object reader ended", inner);
        }
    }
}

/// <summary>Several objects have this short id.</summary>
internal sealed class AmbiguousNameException(string name) : Exception($"{name} is ambiguous");

/// <summary>The disk or git did not answer in time.</summary>
internal sealed class ReadTimeoutException(TimeSpan timeout) : Exception($"no answer after {timeout.TotalSeconds:0.#} s");
