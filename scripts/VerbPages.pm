# VerbPages.pm - what the manual pages of APPC verbs and of Common Service Verbs have in common: reading the
# /** comments of a header, and writing mdoc.
package VerbPages;
use strict;
use warnings;
use Exporter 'import';
use Text::Wrap ();
our @EXPORT = qw($date slurp spew comment prose blocks prototypes summary fields call_list);
our $date = 'November 28, 2026';

sub slurp {
    my ($path) = @_;
    local $/;
    open my $f, '<', $path or die "$0: $path: $!\n";
    return scalar <$f>;
}

sub spew {
    my ($path, $text) = @_;
    open my $f, '>', $path or die "$0: $path: $!\n";
    print $f $text;
    close $f or die "$0: $path: $!\n";
}

# The text of a comment without its frame: prose in paragraphs, the lines of @KIND, and the page of the rule.
sub comment {
    my ($text) = @_;
    $text =~ s/^[ ]?\*+[ ]{0,2}//mg;
    my ($rule) = $text =~ /^Rule: (.*?)\.\s*$/m;
    $text =~ s/^Rule: .*//ms;
    my ($prose, @tags) = split /^@/m, $text;
    s/\s+/ /g, s/ $// for @tags;
    return {prose => [grep { /\S/ } split /\n\s*\n/, $prose], tags => \@tags, rule => $rule};
}

# One sentence a line.
sub prose {
    my ($text) = @_;
    $text =~ s/\s+/ /g;
    $text =~ s/^ | $//g;
    $text =~ s/\\/\\e/g;
    $text =~ s/([.:;]) +(?=[A-Z])/$1\n/g if length $text > 60;
    local $Text::Wrap::columns = 79;
    return join '', map { Text::Wrap::wrap('', '', $_) . "\n" } split /\n/, $text;
}

# The control blocks of a header by the names of their verbs, and the names of those with a comment, in order.
sub blocks {
    my ($header) = @_;
    my (%block, @verbs);
    while ($header =~ m{(?:/\*\*((?:(?!\*/).)*)\*/\n)?struct (\w+) \{\n(.*?)\n\};}sg) {
        my ($doc, $name, $body) = ($1, $2, $3);
        $block{uc $name} = {($doc ? %{comment($doc)} : ()), struct => $name, body => $body};
        push @verbs, uc $name if $doc;
    }
    return (\%block, \@verbs);
}

# The calls of a header, likewise; their prototypes are marked with MARK.
sub prototypes {
    my ($header, $mark) = @_;
    my (%call, @calls);
    while ($header =~ m{/\*\*((?:(?!\*/).)*)\*/\n((?:${mark} [^;]*;\n)+)}sg) {
        my ($doc, $prototypes) = ($1, $2);
        $prototypes =~ s/^${mark} //mg;
        $prototypes =~ s/\n +/ /g;
        my ($name) = $prototypes =~ /(\w+)\(/;
        push @calls, $name;
        $call{$name} = {%{comment($doc)}, prototypes => $prototypes};
    }
    return (\%call, \@calls);
}

# The first sentence of what a block or call is for, without its full stop.
sub summary {
    my ($of) = @_;
    my ($what) = $of->{prose}[0] =~ /^(.*?)(?:\. |\.?$)/s;
    $what =~ s/\s+/ /g;
    return $what;
}

# The fields that a program sets in the block B of VERB.
sub fields {
    my ($verb, $b) = @_;
    my $out = ".Bl -tag -width Ds\n";
    for (@{$b->{tags}}) {
        my ($field, $text) = /^field (\w+) (.*)$/ or die "$0: $verb: \@$_\n";
        $b->{body} =~ /\b$field\b/ or die "$0: $verb has no field $field\n";
        $out .= ".It Va $field\n" . prose(ucfirst $text);
    }
    return "$out.El\n";
}

sub call_list {
    my ($call, $calls) = @_;
    my $out = '';
    for my $name (@$calls) {
        my ($what, @more) = @{$call->{$name}{prose}};
        $out .= ".It Xo\n.Li " . join("\n.Xc\n.It Xo\n.Li ", map { s/;$//r } split /\n/, $call->{$name}{prototypes}) . "\n.Xc\n";
        $out .= prose(join ' ', $what, @more);
        for (@{$call->{$name}{tags}}) {
            my ($text) = /^return (.*)$/ or next;
            $out .= prose("It returns $text.");
        }
    }
    return $out;
}

1;
