using Microsoft.EntityFrameworkCore;

namespace Plumb.Store;

/// <summary>The history's model.</summary>
internal class StoreContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<RunRow> Runs => Set<RunRow>();

    public DbSet<RegistrationRow> Registrations => Set<RegistrationRow>();

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
    }
}
