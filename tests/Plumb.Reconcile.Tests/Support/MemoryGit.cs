using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;

namespace Plumb.Reconcile.Tests.Support;

/// <summary>A repository in memory: each commit is a map of paths to text. Object ids are the text's own.</summary>
internal sealed class MemoryGit : ISource
{
    private readonly Channel<RepositoryChange> _changes = Channel.CreateUnbounded<RepositoryChange>();
    private readonly Dictionary<string, Dictionary<string, string>> _commits = [];
    private string _head = "";
    private string? _unseen;

    public const string Url = "https://git.example/config.git";

    /// <summary>When set, every use of the repository fails with this fault.</summary>
    public SourceException? Fault { get; set; }

    /// <summary>How often somebody asked for what the remote has now.</summary>
    public int Fetches { get; private set; }

    /// <summary>Other repositories that the trees opened from now on take something from.</summary>
    public IReadOnlyList<string> Others { get; set; } = [];

    /// <summary>A commit that nobody is told of.</summary>
    public string CommitQuietly(params (string Path, string Text)[] changes) => Commit(changes, tell: false);

    /// <summary>A commit that is on the remote only, until somebody fetches.</summary>
    public void CommitUnseen(params (string Path, string Text)[] changes)
    {
        var seen = _head;
        _unseen = Commit(changes, tell: false);
        _head = seen;
    }

    public string Commit(params (string Path, string Text)[] changes) => Commit(changes, tell: true);

    private string Commit((string Path, string Text)[] changes, bool tell)
    {
        var files = _head.Length > 0 ? new Dictionary<string, string>(_commits[_head]) : [];
        foreach (var (path, text) in changes)
        {
            if (text.Length == 0) files.Remove(path);
            else files[path] = text;
        }

        _head = $"commit{_commits.Count + 1:D4}";
        _commits[_head] = files;
        if (tell) _changes.Writer.TryWrite(new RepositoryChange(Url, RepositoryChangeKind.RefsMoved, ""));
        return _head;
    }

    public Task<ResolvedRevision> ResolveAsync(SourceSpec source, Freshness freshness, CancellationToken ct)
    {
        if (freshness == Freshness.Remote)
        {
            Fetches++;
            (_head, _unseen) = (_unseen ?? _head, null);
        }

        return Fault is null
            ? Task.FromResult(new ResolvedRevision(source.TargetRevision == "HEAD" ? _head : source.TargetRevision, null, DateTimeOffset.UnixEpoch))
            : Task.FromException<ResolvedRevision>(Fault);
    }

    public Task<ITree> OpenAsync(SourceSpec source, string commit, CancellationToken ct) => Task.FromResult<ITree>(new Tree(commit, _commits[commit], Others));

    public async IAsyncEnumerable<RepositoryChange> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var change in _changes.Reader.ReadAllAsync(ct)) yield return change;
    }

    public void Refresh(string repoUrl) => _changes.Writer.TryWrite(new RepositoryChange(repoUrl, RepositoryChangeKind.RefsMoved, ""));

    private sealed class Tree(string commit, Dictionary<string, string> files, IReadOnlyList<string> others) : ITree
    {
        private readonly SortedDictionary<string, string?> _read = new(StringComparer.Ordinal);

        public string Commit => commit;

        public IReadOnlyList<string> OtherRepositories => others;

        public DependencyRecord Dependencies => new([.. _read]);

        public TreeEntry? Find(string path) => throw new NotSupportedException();

        public IReadOnlyList<TreeEntry> List(string path) => throw new NotSupportedException();

        public ReadOnlyMemory<byte> Read(string path)
        {
            _read[path] = files.GetValueOrDefault(path);
            return Encoding.UTF8.GetBytes(files.TryGetValue(path, out var text)
                ? text
                : throw new SourceException(SourceFault.PathNotFound, $"{path}: no such file at {commit}"));
        }

        public bool Matches(DependencyRecord record) => record.Entries.All(e => files.GetValueOrDefault(e.Key) == e.Value);
    }
}
