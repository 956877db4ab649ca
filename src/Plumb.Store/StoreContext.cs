using Microsoft.EntityFrameworkCore;
using Plumb.Store.Auditing;

namespace Plumb.Store;

/// <summary>The history's model.</summary>
internal class StoreContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<RegistrationRow> Registrations => Set<RegistrationRow>();

    public DbSet<StoredAuditEntry> Audit => Set<StoredAuditEntry>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var run = modelBuilder.Entity<RunRow>();
        run.ToTable("runs");
        run.HasKey(r => r.Id);
        run.Property(r => r.Id).HasMaxLength(32);
        run.Property(r => r.Application).HasMaxLength(253);
        run.Property(r => r.Phase).HasMaxLength(16);
        run.HasIndex(r => new { r.Application, r.StartedAt });
        run.HasIndex(r => r.StartedAt);
        run.HasIndex(r => r.Phase);

        var registration = modelBuilder.Entity<RegistrationRow>();
        registration.ToTable("registrations");
        registration.HasKey(r => r.Application);
        registration.Property(r => r.Application).HasMaxLength(253);

        var audit = modelBuilder.Entity<StoredAuditEntry>();
        audit.ToTable("audit");
        audit.HasKey(a => a.Id);
        audit.Property(a => a.Id).HasMaxLength(32);
        audit.Property(a => a.At).HasConversion(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));
        audit.HasIndex(a => a.At);
        audit.HasIndex(a => new { a.Who, a.Id });
        audit.HasIndex(a => new { a.Action, a.Id });
        audit.HasIndex(a => new { a.Subject, a.Id });
    }
}
