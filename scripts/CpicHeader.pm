# CpicHeader.pm - what the public headers and the tables of the tests say of the calls, for scripts that make
# something of it: make-pages (manual pages), make-cpic-json (cpic.json).
package CpicHeader;
use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(slurp read_header read_tables expand
    %set %number %meaning %code_name %long %short %call @calls @unsupported %prototype %codes %rows %after %received);

(my $top = __FILE__) =~ s{[^/]+$}{..};

# Abbreviations of sets of return codes, in comments and in codes.def.
our %set = (AR => [3, 5, 6, 8, 9, 10, 11], RF => [26, 27], AB => [17, 30, 31], PU => [22, 33], AS => [35, 37],
            PC => [24], SC => [25], PSE => [20]);
our (%number, %meaning, %code_name);    # constants; of return codes what they mean, and the name of a number
our (%long, %short);                    # call => [long names], long name => call
our (%call, @calls);                    # call => {type, name, args, comment, ...}; documented calls in order
our (@unsupported, %prototype);         # section D, and what it declares
our (%codes, %rows, %after, %received); # of codes.def and states.def

sub slurp {
    my ($name) = @_;
    open my $f, '<', "$top/$name" or die "CpicHeader: $name: $!\n";
    local $/;
    return scalar <$f>;
}

# A comment without its decoration: paragraphs of prose and the items.
sub parse_comment {
    my ($text) = @_;
    my %c = (prose => [], params => []);
    my $at;
    for my $line (split /\n/, $text) {
        $line =~ s/^\s*\*? ?//;
        $line =~ s/\s+$//;
        if ($line eq '') {
            undef $at;
        } elsif ($line =~ /^\s*\@param\[([a-z,]+)\]\s+(\w+)\s*(.*)/) {
            push @{$c{params}}, {dir => $1, name => $2, text => $3};
            $at = \$c{params}[-1]{text};
        } elsif ($line =~ /^\s*\@return\s+(.*)/) {
            $c{return} = $1;
            $at = \$c{return};
        } elsif ($line =~ /^\s*State:\s+(.*)/) {
            $c{state} = $1;
            $at = \$c{state};
        } elsif ($line =~ /^\s*Rule:\s+(.*)/) {
            $c{rule} = $1;
            $at = \$c{rule};
        } elsif ($at) {
            $line =~ s/^\s+//;
            $$at .= " $line";
        } else {
            $line =~ s/^\s+//;
            push @{$c{prose}}, $line;
            $at = \$c{prose}[-1];
        }
    }
    return \%c;
}

sub parse_proto {
    my ($text) = @_;
    $text =~ s/\s+/ /g;
    $text =~ /^ ?(.*?)(\w+)\((.*)\)$/ or die "CpicHeader: prototype: $text\n";
    my ($type, $name, $args) = ($1, $2, $3);
    $type =~ s/\bWINAPI\b//;
    $type =~ s/\b(CM_ENTRY|VOID)\b/void/;
    $type =~ s/\s+$//;
    return {type => $type, name => $name, args => [split /, /, $args]};
}

sub read_header {
    my ($name) = @_;
    my $text = slurp("tp/include/$name");
    while ($text =~ /^#define (\w+) +\(?(-?\d+|0x[0-9A-F]+)\)?(?: *\/\* (.*?) \*\/)?$/mg) {
        $number{$1} = $2;
    }
    if ($text =~ m{/\* return_code \*/(.*?)\n\n}s) {
        my $part = $1;
        while ($part =~ m{^#define (\w+) +(\d+)(?: *\/\* (.*?) \*\/)?$}mg) {
            $code_name{$2} = $1;
            $meaning{$1} = $3 if defined $3;
        }
    }
    if ($text =~ /#ifdef READABLE_MACROS(.*?)#endif/s) {
        my $part = $1;
        while ($part =~ /^#define (\w+) +(\w+)$/mg) {
            push @{$long{$2}}, $1;
            $short{$1} = $2;
        }
    }
    my ($comment, $main, $group) = (undef, undef, $name eq 'cpic.h' ? 'STANDARD' : 'WINDOWS');
    my $supported = 1;
    while ($text =~ m{(/\*.*?\*/)|^CPIC_API\s(.*?);}msg) {
        if (!defined $1) {
            my $p = parse_proto($2);
            if (!$supported) {
                push @unsupported, $p->{name};
                $prototype{$p->{name}} = $p;
                next;
            }
            defined $comment or die "CpicHeader: $p->{name} has no comment\n";
            $call{$p->{name}} = $p;
            if ($comment->{prose}[0] =~ /^(?:Another|The X\/Open) name of (\w+)\.$/) {
                $p->{alias} = $1;
                push @{$call{$1}{aliases}}, $p->{name};
            } else {
                push @calls, $p->{name};
                $p->{header} = $name;
                $p->{group} = $group;
                $p->{comment} = $comment;
            }
            next;
        }
        my $c = $1;
        $supported = 0 if $c =~ m{^/\* ---- D\.};
        $group = 'NEWER' if $c =~ m{^/\* Of CPI-C 1\.2, and not};
        $group = 'OWN' if $c =~ m{^/\* Our own extensions};
        $comment = parse_comment($1) if $c =~ m{^/\*\*\s(.*)\*/$}s;
    }
}

sub expand {
    my %all = map { $_ => 1 } map { $set{$_} ? @{$set{$_}} : $_ } @_;
    return sort { $a <=> $b } keys %all;
}

sub read_tables {
    for (split /\n/, slurp('tests/cpic/codes.def')) {
        $codes{$1} = [expand(split ' ', $2)] if /^CALL\((\w+), "([^"]*)"\)/;
    }
    for (split /\n/, slurp('tests/cpic/states.def')) {
        if (/^STATE\((\w+), \w+, \w+, "([^"]*)", +(.*)\)$/) {
            my ($call, $text, $list) = ($1, $2, $3);
            my @cells = $list =~ /"([^"]*)"/g;
            @cells == 7 or die "CpicHeader: states.def: $_\n";
            push @{$rows{$call}}, {text => $text, cells => \@cells};
        } elsif (/^RECEIVED\((\w+), +(.*)\)$/) {
            my ($data, $list) = ($1, $2);
            $received{$data} = [$list =~ /"([^"]*)"/g];
        } elsif (/^AFTER\((\w+), "(\w+)"\)$/) {
            $after{$1} = $2;
        }
    }
}

1;
