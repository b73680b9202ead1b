# SPDX-License-Identifier: MIT
"""Progress bars on standard output, drawn by progressbar2."""

import datetime
import sys


class ProgressBar:
    """
    Bar for one stage of work, which may have sub-bars.

    It has what Nengo's builder wants of a progress object, too.

    Parameters
    ----------
    present : str
        What is being done, such as "Building network".
    past : str, optional
        Name of the stage in the line that says how long it took, `present` if None.
    max_value : int or None, optional
        Number of steps, None if unknown: the bar then shows the elapsed time.
    vars : sequence of str, optional
        Names of values shown behind the bar; `step` sets them.
    """

    def __init__(self, present, past=None, max_value=1, vars=None):
        self.present = present
        self.past = present if past is None else past
        self.max_value = max_value
        self.value = 0
        self._vars = dict.fromkeys(vars or ())
        self._sub = None
        self._bar = None
        self._finished = False

    @property
    def max_steps(self):
        """
        Alias of `max_value`, which is what Nengo calls it.

        Returns
        -------
        int or None
            Number of steps.
        """
        return self.max_value

    @max_steps.setter
    def max_steps(self, steps):
        self.max_value = steps
        if self._bar is not None:
            self._bar.max_value = _known_or_unknown(steps)

    def start(self):
        """
        Draw the empty bar.

        Returns
        -------
        ProgressBar
            This bar.
        """
        # here, because it costs more to import than all the rest of this package
        import progressbar

        if self._bar is None:
            self._bar = progressbar.ProgressBar(
                max_value=_known_or_unknown(self.max_value),
                widgets=self._widgets(progressbar),
                fd=_StandardOutput(),
                max_error=False,
            )
            self._bar.start()
        return self

    def step(self, n_steps=1, **vars):
        """
        Count steps that are done.

        Parameters
        ----------
        n_steps : int, optional
            Number of steps.
        **vars : object
            New values to show behind the bar.
        """
        self.value += n_steps
        self._vars.update(vars)
        if self._bar is not None and not self._finished:
            self._bar.update(self._shown_value())

    def sub(self, message, max_value=None):
        """
        Start a bar for a part of this stage, and finish the one before.

        Parameters
        ----------
        message : str
            What is being done.
        max_value : int or None, optional
            Number of steps of the part, None if unknown.

        Returns
        -------
        ProgressBar
            The new bar, started.
        """
        if self._sub is not None:
            self._sub.finish()
        self._sub = type(self)(f"{self.present}: {message}", max_value=max_value)
        return self._sub.start()

    def finish(self):
        """Draw the last line, which says how long the stage took."""
        if self._sub is not None:
            self._sub.finish()
        if self._bar is not None and not self._finished:
            self._finished = True
            elapsed = datetime.datetime.now() - self._bar.start_time
            seconds = datetime.timedelta(seconds=round(elapsed.total_seconds()))
            self._bar.widgets = [
                f"{self.past} finished in {seconds}{self._format_vars()}"
            ]
            self._bar.finish()

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, traceback):
        if kind is None:
            self.finish()
        elif self._bar is not None:
            # what failed did not finish, so the bar stays where it was
            self._finished = True
            self._bar.finish(dirty=True)

    def __call__(self, iterable):
        """Yield the items of `iterable` with a step for each."""
        if self._bar is None and hasattr(iterable, "__len__"):
            self.max_value = len(iterable)
        with self:
            for item in iterable:
                yield item
                self.step()

    def _widgets(self, progressbar):
        if self.max_value is None:
            middle = [progressbar.BouncingBar(), " ", progressbar.Timer()]
        else:
            middle = [
                progressbar.Percentage(),
                " ",
                progressbar.Bar(),
                " ",
                progressbar.ETA(),
            ]
        # a plain function: progressbar2 makes deep copies of its widgets, which would give
        # a bound method another bar to look at
        return [self.present, " "] + middle + [lambda *_: self._format_vars()]

    def _format_vars(self):
        return "".join(
            f" ({name}: {value:.4f})"
            if isinstance(value, float)
            else f" ({name}: {value})"
            for name, value in self._vars.items()
            if value is not None
        )

    def _shown_value(self):
        return self.value if self.max_value is None else min(self.value, self.max_value)


class NullProgressBar(ProgressBar):
    """
    Bar that counts and shows nothing.

    Parameters
    ----------
    present : str, optional
        What is being done.
    past : str, optional
        The same after it was done.
    max_value : int or None, optional
        Number of steps.
    vars : sequence of str, optional
        Names of values to show.
    """

    def __init__(self, present="", past=None, max_value=1, vars=None):
        super().__init__(present, past, max_value, vars)

    def start(self):
        """
        Do nothing.

        Returns
        -------
        NullProgressBar
            This bar.
        """
        return self


def progress_bar(shown, *args, **kwargs):
    """
    Make a bar, or one that shows nothing.

    Parameters
    ----------
    shown : bool
        Whether to show it.
    *args, **kwargs : object
        Arguments of `ProgressBar`.

    Returns
    -------
    ProgressBar
        The bar, not started.
    """
    return (ProgressBar if shown else NullProgressBar)(*args, **kwargs)


class _StandardOutput:
    """
    Whatever is standard output at the moment of writing.

    progressbar2 takes `sys.stdout` itself to mean the stream of the time when it was
    imported, which a redirection since then would not see.
    """

    def write(self, text):
        return sys.stdout.write(text)

    def flush(self):
        sys.stdout.flush()

    def isatty(self):
        return getattr(sys.stdout, "isatty", lambda: False)()

    def fileno(self):
        return sys.stdout.fileno()


def _known_or_unknown(steps):
    from progressbar import UnknownLength

    return UnknownLength if steps is None else steps
