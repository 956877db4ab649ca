using Plumb.Reconcile.Applications;

namespace Plumb.Reconcile.Tests.Support;

internal static class Specs
{
    public static ApplicationSpec Manual(string name, string path) => new()
    {
        Name = name,
        Sources = [new SourceSpec { RepoUrl = MemoryGit.Url, Path = path }],
        Digest = $"{name} {path} manual",
    };

    public static ApplicationSpec Automated(string name, string path) => Manual(name, path) with
    {
        SyncPolicy = new SyncPolicySpec
        {
            Automated = new AutomatedSpec(Prune: true, SelfHeal: true),
            Retry = new RetrySpec(2, TimeSpan.FromMilliseconds(20), 2, TimeSpan.FromMilliseconds(50)),
        },
        Digest = $"{name} {path} automated",
    };
}
