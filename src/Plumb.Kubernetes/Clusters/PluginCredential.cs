namespace Plumb.Kubernetes.Clusters;

/// <summary>
/// Credentials made by a program. It runs when there are none yet, shortly before they expire, and when the server refuses them; one run
/// serves all who wait, and a run that failed is not repeated for some seconds, however many watches ask.
/// </summary>
internal sealed class PluginCredential(ExecPlugin plugin, PemPair? certificate, TimeProvider time) : Credential
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JustMade = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new(); // guards all below
    private Answer? _answer;
    private Task<Answer>? _run;
    private CredentialException? _fault;
    private long _faultAt;

    /// <summary>An answer with the moment from which a newer one is wanted.</summary>
    private sealed record Answer(Presented Presented, DateTimeOffset? RenewAt, DateTimeOffset? ExpiresAt, long MadeAt);

    public override async ValueTask<Presented> GetAsync(CancellationToken ct)
    {
        Task<Answer> run;
        Answer? usable;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (_answer is { } known && !(known.RenewAt <= now)) return known.Presented;
            usable = _answer is { } old && !(old.ExpiresAt <= now) ? _answer : null;
            if (RecentFault() is { } fault) return usable?.Presented ?? throw Again(fault);
            run = _run ??= Task.Run(RunAsync, CancellationToken.None);
        }

        try
        {
            return (await run.WaitAsync(ct)).Presented;
        }
        catch (CredentialException) when (usable is not null)
        {
            return usable.Presented; // not over yet: the next try may go better
        }
    }

    public override async ValueTask<bool> RenewAsync(Presented refused, CancellationToken ct)
    {
        Task<Answer> run;
        lock (_lock)
        {
            if (_answer is { } known && !ReferenceEquals(known.Presented, refused)) return true; // another request was faster
            if (RecentFault() is not null) return false;
            // The server may refuse all that this program makes: it is not run for each request then.
            if (_answer is { } made && time.GetElapsedTime(made.MadeAt) < JustMade) return false;
            _answer = null;
            run = _run ??= Task.Run(RunAsync, CancellationToken.None);
        }

        return !ReferenceEquals((await run.WaitAsync(ct)).Presented, refused);
    }

    private CredentialException? RecentFault() => _fault is not null && time.GetElapsedTime(_faultAt) < Rest ? _fault : null;

    private static CredentialException Again(CredentialException fault) => new(fault.Message, fault);

    private async Task<Answer> RunAsync()
    {
        try
        {
            var read = PluginAnswer.Read(plugin, await PluginProcess.RunAsync(plugin, time, CancellationToken.None));
            var presented = new Presented(read.Token is null ? null : Bearer(read.Token), read.Certificate ?? certificate);
            var answer = new Answer(presented, RenewAt(read.ExpiresAt), read.ExpiresAt, time.GetTimestamp());
            lock (_lock) (_answer, _fault, _run) = (answer, null, null);
            return answer;
        }
        catch (CredentialException e)
        {
            lock (_lock) (_fault, _faultAt, _run) = (e, time.GetTimestamp(), null);
            throw;
        }
    }

    /// <summary>A tenth of its life before it ends, at most a minute. One that is over already serves for a moment all the same.</summary>
    private DateTimeOffset? RenewAt(DateTimeOffset? expiresAt)
    {
        if (expiresAt is not { } end) return null;
        var now = time.GetUtcNow();
        var margin = (end - now) / 10;
        return end <= now ? now + TimeSpan.FromSeconds(1) : end - (margin < LongestMargin ? margin : LongestMargin);
    }
}
