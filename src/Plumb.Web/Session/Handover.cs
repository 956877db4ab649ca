using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Plumb.Web.Session;

/// <summary>
/// Hands what the prerendered page was made of to the live page that takes its place a moment later in the same process, so that the live page
/// begins with the same content: nothing flickers, nothing is asked twice. Only a random ticket travels through the browser. Where the ticket
/// is not known (another process, or too late) the live page asks anew.
/// </summary>
internal sealed class Handover : IDisposable
{
    private const string TicketName = "plumb-handover";

    private readonly Dictionary<string, object> _given = [];
    private readonly Dictionary<string, object> _taken;
    private bool _live;
    private readonly PersistingComponentStateSubscription _subscription;

    public Handover(PersistentComponentState state, HandoverStore store)
    {
        _taken = state.TryTakeFromJson<string>(TicketName, out var ticket) && ticket is not null ? new(store.Take(ticket)) : [];
        _subscription = state.RegisterOnPersisting(
            () =>
            {
                if (_given.Count > 0)
                {
                    state.PersistAsJson(TicketName, store.Put(new Dictionary<string, object>(_given)));
                }

                return Task.CompletedTask;
            },
            RenderMode.InteractiveServer);
    }

    /// <summary>From now on the page is live: nothing is kept for another one.</summary>
    public void GoLive() => _live = true;

    /// <summary>What the prerendered page loaded under this name, once; else loads it.</summary>
    public async Task<T> LoadAsync<T>(string name, Func<Task<T>> load)
        where T : notnull
    {
        if (_taken.Remove(name, out var taken) && taken is T known)
        {
            return known;
        }

        var loaded = await load();
        if (!_live)
        {
            _given[name] = loaded;
        }

        return loaded;
    }

    public void Dispose() => _subscription.Dispose();
}

/// <summary>Holds what prerendered pages hand over, for a few seconds.</summary>
internal sealed class HandoverStore(TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);
    private const int Most = 100;

    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, IReadOnlyDictionary<string, object> Content)> _held = new(StringComparer.Ordinal);

    /// <summary>Holds this; gives the ticket, which cannot be guessed, to take it with.</summary>
    public string Put(IReadOnlyDictionary<string, object> content)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, held) in _held)
        {
            if (held.Until < now || _held.Count >= Most)
            {
                _held.TryRemove(old, out _);
            }
        }

        var ticket = RandomNumberGenerator.GetHexString(32);
        _held[ticket] = (now + Life, content);
        return ticket;
    }

    /// <summary>What is held under this ticket, once; empty when nothing is.</summary>
    public IReadOnlyDictionary<string, object> Take(string ticket) =>
        _held.TryRemove(ticket, out var held) && held.Until >= clock.GetUtcNow() ? held.Content : new Dictionary<string, object>();
}
