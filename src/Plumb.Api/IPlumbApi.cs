using System.Security.Claims;

namespace Plumb.Api;

/// <summary>
/// Everything that people and programs can ask of a Plumb, as one signed-in caller. <see cref="PlumbClient"/> asks over HTTP; the page, which
/// runs beside the server, asks in memory. Both meet the same rights: a call that the caller may not make ends in a
/// <see cref="PlumbApiException"/> with status 403, one for something that is not there (or that the caller may not see) in 404.
/// </summary>
public interface IPlumbApi
{
    /// <summary>Who the caller is and what may be used here. The one call that somebody who is not signed in may make: it says how one signs in.</summary>
    Task<SessionRecord> GetSessionAsync(CancellationToken ct);

    /// <summary>Answers, in order, whether the caller may do each of these.</summary>
    Task<IReadOnlyList<bool>> CanAsync(IReadOnlyList<PermissionQuestion> questions, CancellationToken ct);

    /// <summary>Applications that the caller may see.</summary>
    Task<Page<ApplicationSummary>> ListApplicationsAsync(ApplicationQuery query, CancellationToken ct);

    /// <summary>One application.</summary>
    Task<ApplicationDetail> GetApplicationAsync(string name, CancellationToken ct);

    /// <summary>What a sync would do now. Status 409 when it was not compared yet.</summary>
    Task<PlanRecord> GetPlanAsync(string name, CancellationToken ct);

    /// <summary>An application's runs, newest first.</summary>
    /// <param name="name">The application.</param>
    /// <param name="limit">At most this many, 1 to 1,000.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<RunRecord>> ListRunsAsync(string name, int limit, CancellationToken ct);

    /// <summary>One run.</summary>
    Task<RunRecord> GetRunAsync(string application, string id, CancellationToken ct);

    /// <summary>Its resources and what they own.</summary>
    Task<IReadOnlyList<TreeRecord>> GetTreeAsync(string name, CancellationToken ct);

    /// <summary>One resource of it, or an object that one of them owns: what Git states, what is live, how they differ.</summary>
    Task<ResourceDetail> GetResourceAsync(string name, ResourceName resource, CancellationToken ct);

    /// <summary>What Git states of it, in apply order, Secret values masked.</summary>
    Task<IReadOnlyList<ManifestRecord>> ListManifestsAsync(string name, CancellationToken ct);

    /// <summary>Events of the cluster about its resources and what they own, newest first.</summary>
    /// <param name="name">The application.</param>
    /// <param name="resource">Only about this one and what it owns; null: all.</param>
    /// <param name="ct">Cancels.</param>
    Task<IReadOnlyList<EventRecord>> ListEventsAsync(string name, ResourceName? resource, CancellationToken ct);

    /// <summary>Lines that its Pods print, until there are no more, or with <see cref="LogQuery.Follow"/> until cancelled.</summary>
    IAsyncEnumerable<LogLine> ReadLogAsync(string name, LogQuery query, CancellationToken ct);

    /// <summary>Syncs and waits for the run to end. Status 409 when another goes on.</summary>
    Task<RunRecord> SyncAsync(string name, SyncBody body, CancellationToken ct);

    /// <summary>Asks for a fresh fetch and comparison; returns at once.</summary>
    Task RefreshAsync(string name, CancellationToken ct);

    /// <summary>Stops the run that goes on.</summary>
    Task TerminateAsync(string name, CancellationToken ct);

    /// <summary>Allows what the application asks a person to confirm.</summary>
    Task ConfirmAsync(string name, CancellationToken ct);

    /// <summary>What deleting it would take away and what would stay.</summary>
    Task<DeletionRecord> PreviewDeletionAsync(string name, bool cascade, CancellationToken ct);

    /// <summary>Deletes the application and waits until it is gone.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cascade">With its resources.</param>
    /// <param name="ct">Cancels the wait, not the deletion.</param>
    /// <param name="propagation"><c>foreground</c>, <c>background</c> or <c>orphan</c>: what becomes of the objects that its resources own.</param>
    /// <param name="hooks">Run the hooks around the deletion.</param>
    Task DeleteAsync(string name, bool cascade, CancellationToken ct, string propagation = "foreground", bool hooks = true);

    /// <summary>The commit that would bring it back to what a run delivered. Nothing is written.</summary>
    Task<RollbackRecord> PreviewRollbackAsync(string name, RollbackBody body, CancellationToken ct);

    /// <summary>
    /// Writes that commit to the branch that the application follows. Status 409 when it cannot be, or when the branch moved since the preview.
    /// </summary>
    Task<RollbackRecord> RollbackAsync(string name, RollbackBody body, CancellationToken ct);

    /// <summary>Stops automated syncs of it, for a reason, until a time. Replaces an earlier suspension.</summary>
    Task<ApplicationDetail> SuspendAsync(string name, SuspendBody body, CancellationToken ct);

    /// <summary>Ends its suspension; does nothing when there is none.</summary>
    Task<ApplicationDetail> ResumeAsync(string name, CancellationToken ct);

    /// <summary>
    /// What changes among the applications that the caller may see: first a <see cref="ApplicationChange.Kind"/> <c>Present</c> for each there is, then
    /// what happens, until cancelled.
    /// </summary>
    IAsyncEnumerable<ApplicationChange> WatchApplicationsAsync(CancellationToken ct);

    /// <summary>An application's states as they change, beginning with the present one, until cancelled or it is gone.</summary>
    IAsyncEnumerable<ApplicationDetail> WatchAsync(string name, CancellationToken ct);

    /// <summary>Clusters that the caller may see.</summary>
    Task<IReadOnlyList<ClusterRecord>> ListClustersAsync(CancellationToken ct);

    /// <summary>One cluster.</summary>
    Task<ClusterRecord> GetClusterAsync(string name, CancellationToken ct);

    /// <summary>
    /// Adds a cluster, when it lets us in. Adding once more what is there already changes nothing. Status 409 when the name is taken, 502 when the
    /// cluster does not answer or does not let us in.
    /// </summary>
    Task<ClusterRecord> AddClusterAsync(ClusterBody body, CancellationToken ct);

    /// <summary>
    /// Asks a cluster whether it lets us in, as <see cref="AddClusterAsync"/> would; nothing is kept, and it needs the same right. The name may be
    /// empty. Status 400 when what was given cannot be used; that the cluster does not answer is a <see cref="ClusterCheckRecord.Fault"/>.
    /// </summary>
    Task<ClusterCheckRecord> CheckClusterAsync(ClusterBody body, CancellationToken ct);

    /// <summary>Renames or labels a cluster. Status 409 when it is not stated in a Secret, or applications would lose it.</summary>
    Task<ClusterRecord> ChangeClusterAsync(string name, ClusterPatch patch, CancellationToken ct);

    /// <summary>
    /// Forgets a cluster; nothing is deleted there. Status 409 when it is not stated in a Secret, or applications go there and
    /// <paramref name="force"/> is not given.
    /// </summary>
    Task RemoveClusterAsync(string name, bool force, CancellationToken ct);

    /// <summary>Repositories in use by applications that the caller may see.</summary>
    Task<IReadOnlyList<RepositoryRecord>> ListRepositoriesAsync(CancellationToken ct);

    /// <summary>Tells of a push to a repository: it is fetched at once.</summary>
    Task PushedAsync(string repository, CancellationToken ct);

    /// <summary>Projects that the caller may see.</summary>
    Task<IReadOnlyList<ProjectRecord>> ListProjectsAsync(CancellationToken ct);

    /// <summary>One project.</summary>
    Task<ProjectRecord> GetProjectAsync(string name, CancellationToken ct);

    /// <summary>Who did what, newest first.</summary>
    Task<Page<AuditRecord>> ListAuditAsync(AuditQuery query, CancellationToken ct);

    /// <summary>Local accounts and people seen through the identity provider.</summary>
    Task<IReadOnlyList<AccountRecord>> ListAccountsAsync(CancellationToken ct);

    /// <summary>Makes a local account. Status 409 when there is one of that name.</summary>
    Task<AccountRecord> CreateAccountAsync(AccountBody body, CancellationToken ct);

    /// <summary>Enables, disables, or changes the groups of an account.</summary>
    Task<AccountRecord> ChangeAccountAsync(string name, AccountPatch patch, CancellationToken ct);

    /// <summary>Deletes an account with its tokens and sessions.</summary>
    Task DeleteAccountAsync(string name, CancellationToken ct);

    /// <summary>Sets a password; who changes their own must give the present one. Ends the account's other sessions.</summary>
    Task SetPasswordAsync(string name, PasswordBody body, CancellationToken ct);

    /// <summary>Tokens: one's own, and those of others and of project roles that the caller may see.</summary>
    Task<IReadOnlyList<TokenRecord>> ListTokensAsync(CancellationToken ct);

    /// <summary>Makes a token. Its secret is in the answer and nowhere else, ever.</summary>
    Task<NewTokenRecord> CreateTokenAsync(TokenBody body, CancellationToken ct);

    /// <summary>Revokes a token at once.</summary>
    Task RevokeTokenAsync(string id, CancellationToken ct);

    /// <summary>The caller's own sessions; for who may see accounts, all.</summary>
    Task<IReadOnlyList<SignInRecord>> ListSignInsAsync(CancellationToken ct);

    /// <summary>Ends a session at once.</summary>
    Task EndSignInAsync(string id, CancellationToken ct);

    /// <summary>How this Plumb is set up; nothing in it is secret.</summary>
    Task<SettingsRecord> GetSettingsAsync(CancellationToken ct);

    /// <summary>Version of the server.</summary>
    Task<VersionRecord> GetVersionAsync(CancellationToken ct);
}

/// <summary>Gives the page the API in the name of whoever looks at it.</summary>
public interface IPlumbApis
{
    /// <summary>The API as this caller. Each call checks anew what the caller may do, and that the session still holds.</summary>
    IPlumbApi For(ClaimsPrincipal caller);
}
