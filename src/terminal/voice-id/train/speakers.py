# The words of each training speaker, cut as activity.ts does, and answers put together of them.
import collections,csv,numpy as np,soundfile as sf
from scipy.signal import resample_poly
def vad(x):
    """keep 10 ms hops within 28 dB of the loud level, with 60 ms hang-over"""
    n=len(x)//160
    if n<5: return x
    e=10*np.log10((x[:n*160].reshape(n,160)**2).mean(1)+1e-10); hi=np.percentile(e,97); lo=np.percentile(e,8)
    v=e>max(hi-28,lo+.25*(hi-lo)); v=np.convolve(v,np.ones(13),'same')>0
    return x[:n*160].reshape(n,160)[v].ravel()
def load(setname):
    D=collections.defaultdict(list)
    for q in csv.DictReader(open('data/manifest.tsv'),delimiter='\t',quoting=csv.QUOTE_NONE):
        if q['set']!=setname: continue
        x,sr=sf.read('data/'+q['file'],dtype='float32'); assert sr==16000,(sr,q)
        x=vad(x)
        if len(x)>1600: D[q['speaker']].append((np.clip(x/(np.abs(x).max()+1e-6)*.7,-1,1)*32767).astype(np.int16))
    return {k:v for k,v in D.items() if sum(map(len,v))>=9600}
def faster(words,up,down): return [np.clip(resample_poly(w.astype(np.float32),up,down),-32767,32767).astype(np.int16) for w in words]
def answer(words,n,rng,gaps=.4):
    """n samples of a speaker's words, one after another, from a random place on; some with a pause between them"""
    o=[];m=0
    while m<n:
        x=words[rng.integers(len(words))]
        if len(x)>n: a=rng.integers(0,len(x)-n+1); x=x[a:a+n]
        o.append(x); m+=len(x)
        if rng.random()<gaps: g=int(rng.integers(0,2400)); o.append(rng.normal(0,8,g).astype(np.int16)); m+=g
    x=np.concatenate(o).astype(np.float32)/32768; a=rng.integers(0,len(x)-n+1); return x[a:a+n]
