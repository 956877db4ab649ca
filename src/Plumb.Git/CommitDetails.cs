namespace Plumb.Git;

/// <summary>What a commit says about itself. Written by whoever made the commit: nothing in it is proven.</summary>
/// <param name="Id">Full commit id, lower-case hex.</param>
/// <param name="Author">Name and address, as in <c>Ann &lt;ann@example.com&gt;</c>.</param>
/// <param name="AuthoredAt">When it was written, UTC.</param>
/// <param name="CommittedAt">When it was committed, UTC.</param>
/// <param name="Parents">Ids of its parents.</param>
/// <param name="Message">The whole message, without trailing blank lines.</param>
public sealed record CommitDetails(
    string Id, string Author, DateTimeOffset AuthoredAt, DateTimeOffset CommittedAt, IReadOnlyList<string> Parents, string Message)
{
    /// <summary>First line of the message.</summary>
    public string Subject => Message.Split('\n', 2)[0].TrimEnd();
}
