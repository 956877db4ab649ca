using System.Collections.Concurrent;
using System.Threading.Channels;
using Plumb.Api;

namespace Plumb.Web.Host;

/// <summary>A Plumb of pretence: its applications live in memory and can be changed, and who watches hears of it.</summary>
public sealed class SampleWorld : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, SampleApplication> _applications = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Channel<string>, bool> _watchers = new();
    private readonly List<AuditRecord> _audit = [];
    private readonly List<TokenRecord> _tokens = [];
    private readonly List<AccountRecord> _accounts = [];

    /// <summary>Fills it.</summary>
    public SampleWorld(SampleOptions options, TimeProvider clock)
    {
        (Options, Clock, Clusters) = (options, clock, new SampleClusters(this));
        var data = new SampleData(clock.GetUtcNow());
        foreach (var application in options.Size switch { "empty" => [], "large" => data.Demo().Concat(data.Large()), _ => data.Demo() })
        {
            _applications[application.Name] = application;
        }

        var now = clock.GetUtcNow();
        for (var i = 0; i < 260; i++)
        {
            _audit.Add(new AuditRecord
            {
                Id = (100000 - i).ToString("D6", System.Globalization.CultureInfo.InvariantCulture),
                At = now - TimeSpan.FromMinutes(7 * i + 1),
                Who = i % 3 == 0 ? "anna" : i % 7 == 0 ? "<script>alert(1)</script>" : "plumb",
                Method = i % 3 == 0 ? "local" : "plumb",
                From = i % 3 == 0 ? "127.0.0.1" : "",
                Action = (i % 6) switch { 0 => "sync", 1 => "sync", 2 => "rollback", 3 => "suspend", 4 => "sign-in", _ => "sync" },
                Subject = i % 6 == 4 ? "anna" : "shop",
                Project = i % 6 == 4 ? "" : "shop",
                Outcome = i % 11 == 0 ? "failed" : i % 13 == 0 ? "refused" : "done",
                Detail = i % 11 == 0 ? "1 of 10 resources failed" : i % 13 == 0 ? "anna lacks \"sync\" on applications shop/shop" : "10 resources: 1 synced",
                Revision = "4f9a1c27b0e85d3361c8fa90b2d74e5512ac8e07",
            });
        }

        _tokens.Add(new TokenRecord { Id = "t1", Subject = "anna", Description = "Laptop", CreatedAt = now - TimeSpan.FromDays(40), CreatedBy = "anna", ExpiresAt = now + TimeSpan.FromDays(50), LastUsedAt = now - TimeSpan.FromHours(2) });
        _tokens.Add(new TokenRecord { Id = "t2", Subject = "proj:shop:ci", Description = "Build server", CreatedAt = now - TimeSpan.FromDays(120), CreatedBy = "anna" });
        _accounts.Add(new AccountRecord { Name = "anna", Kind = "local", HasPassword = true, Groups = ["admins"], CreatedAt = now - TimeSpan.FromDays(300), LastSignInAt = now - TimeSpan.FromHours(1) });
        _accounts.Add(new AccountRecord { Name = "build", Kind = "local", CreatedAt = now - TimeSpan.FromDays(200) });
        _accounts.Add(new AccountRecord { Name = "boris@example.com", Kind = "oidc", Enabled = false, Groups = ["developers"], CreatedAt = now - TimeSpan.FromDays(30), LastSignInAt = now - TimeSpan.FromDays(9) });
    }

    /// <summary>Which sample.</summary>
    public SampleOptions Options { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>All of them, by name.</summary>
    public IEnumerable<SampleApplication> Applications => _applications.Values.OrderBy(application => application.Name, StringComparer.Ordinal);

    /// <summary>Clusters.</summary>
    public SampleClusters Clusters { get; }

    /// <summary>Who did what.</summary>
    public IReadOnlyList<AuditRecord> Audit => _audit;

    /// <summary>Tokens.</summary>
    public List<TokenRecord> Tokens => _tokens;

    /// <summary>Accounts.</summary>
    public List<AccountRecord> Accounts => _accounts;

    /// <summary>When set, what lists and watches answer instead.</summary>
    public PlumbApiException? Fault { get; set; }

    /// <summary>Lists of applications wait for this.</summary>
    public Task Listing { get; set; } = Task.CompletedTask;

    /// <summary>One of them; null when there is none.</summary>
    public SampleApplication? Find(string name) => _applications.GetValueOrDefault(name);

    /// <summary>Begins to move, when it is to.</summary>
    public void Start()
    {
        if (Options.Moving)
        {
            _ = MoveAsync(_end.Token);
        }
    }

    /// <summary>Changes one; who watches hears of it.</summary>
    public void Change(string name, Func<SampleApplication, SampleApplication?> change)
    {
        if (_applications.TryGetValue(name, out var now))
        {
            if (change(now) is { } then)
            {
                _applications[name] = then;
            }
            else
            {
                _applications.TryRemove(name, out _);
            }

            foreach (var watcher in _watchers.Keys)
            {
                watcher.Writer.TryWrite(name);
            }
        }
    }

    /// <summary>Makes a resource differ from Git, or not.</summary>
    public void Drift(string name, ResourceName resource, bool drifted) => Change(name, application =>
    {
        var resources = application.Detail.Resources.Select(record => record.Resource == resource
            ? record with { Sync = drifted ? "OutOfSync" : "Synced", Action = drifted ? "Update" : "None", Message = drifted ? "spec.replicas: 3 in Git, 5 on the cluster" : "" }
            : record).ToArray();
        var count = resources.Count(record => record.Sync == "OutOfSync");
        return application with
        {
            Detail = application.Detail with
            {
                Resources = resources,
                Summary = application.Detail.Summary with { Sync = count > 0 ? "OutOfSync" : "Synced", OutOfSync = count },
            },
            Tree = [.. application.Tree.Select(node => node.Resource == resource ? node with { Sync = drifted ? "OutOfSync" : "Synced" } : node)],
            Changes = [.. application.Changes.Where(change => change.Resource != resource), .. drifted ? (ReadOnlySpan<ChangeRecord>)[SampleData.Change(resource, "Update")] : []],
        };
    });

    /// <summary>Names of applications as they change, until cancelled.</summary>
    public async IAsyncEnumerable<string> WatchAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var channel = Channel.CreateUnbounded<string>();
        _watchers[channel] = true;
        try
        {
            await foreach (var name in channel.Reader.ReadAllAsync(ct))
            {
                yield return name;
            }
        }
        finally
        {
            _watchers.TryRemove(channel, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task MoveAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2), Clock);
        var turn = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                turn++;
                Drift("shop", new ResourceName("", "ConfigMap", "shop", "settings"), turn % 4 < 2);
                if (Options.Size == "large")
                {
                    for (var i = 0; i < 40; i++)
                    {
                        var number = ((turn * 40) + i) % 2000;
                        var name = _applications.Keys.FirstOrDefault(key => key.EndsWith($"-{number:D4}", StringComparison.Ordinal)) ?? "";
                        Change(name, application => application with
                        {
                            Detail = application.Detail with { Summary = application.Detail.Summary with { Health = turn % 2 == 0 ? "Healthy" : "Progressing", ChangedAt = Clock.GetUtcNow() } },
                        });
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }
}
